from tests.support.people import House


def test_an_organization_is_disconnected_after_a_second_person_approves(house: House) -> None:
    org = house.client.create("external_org", name="Hooli", domain="hooli")
    request = house.ask_disconnect_org(org)
    house.approve(request)
    card = house.card(request, "Done and proved")
    assert "proved by reading back" in card.text
    assert (
        len(house.calls("team.externalTeams.disconnect", lambda call: call["args"]["target_team"] == org))
        == 1
    )
