"""What every test here relies on: nothing that goes wrong in a page stays unnoticed."""

import pytest

from tests.browser.windows import ANA, Windows


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            "document.body.append(Object.assign(new Image(), {src: 'https://elsewhere.example/x.png'}))",
            "img-src",
        ),
        ("document.body.setAttribute('style', 'color: red')", "style-src"),
        ("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))", "script-src"),
        ("queueMicrotask(() => { throw new Error('lost its way'); })", "lost its way"),
        ("console.error('said so')", "said so"),
    ],
)
def test_it_is_written_down(windows: Windows, wrong: str, told: str) -> None:
    page = windows.open(ANA).page
    event = "pageerror" if "throw" in wrong else "console"
    with page.expect_event(event):
        page.evaluate(f"() => {{ {wrong}; }}")
    assert windows.troubles and told in windows.troubles[0]
    windows.troubles.clear()
