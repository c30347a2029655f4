"""The files in deploy/ name what the app has: variables, paths, ports, exit codes, and times that fit."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.cli import main
from app.config import read_policy
from app.operations import TERMS
from app.server import Web
from tests.unit.docs.pages import ROOT, read
from tests.unit.docs.test_settings import variables

KUBERNETES = ROOT / "deploy/kubernetes"
STOPPING_SECONDS = 10 + 3 + 5 + 5  # listeners, loops, HTTP, executions: see app/runtime.py


def documents(kind: str) -> list[Any]:
    found = [each for path in KUBERNETES.glob("*.yaml") for each in yaml.safe_load_all(path.read_text())]
    return [each for each in found if each["kind"] == kind]


def one(kind: str) -> Any:
    (found,) = documents(kind)
    return found


@pytest.fixture
def pod() -> Any:
    return one("Deployment")["spec"]["template"]["spec"]


@pytest.fixture
def container(pod: Any) -> Any:
    (found,) = pod["containers"]
    return found


@pytest.fixture
def environment(container: Any) -> dict[str, str]:
    return {entry["name"]: entry["value"] for entry in container["env"]}


class TestKubernetes:
    def test_every_variable_is_one_of_the_apps(self, environment: dict[str, str]) -> None:
        assert set(environment) - {"HOME"} <= variables()

    def test_probes_ask_what_the_app_answers(self, container: Any) -> None:
        probes = {name: container[name]["httpGet"]["path"] for name in container if name.endswith("Probe")}
        assert probes.pop("readinessProbe") == "/readyz"
        assert probes == {"startupProbe": "/healthz", "livenessProbe": "/healthz"}
        assert {("GET", "/readyz"), ("GET", "/healthz")} <= set(Web(events=True)._routes)

    def test_it_is_reached_where_it_listens(self, container: Any, environment: dict[str, str]) -> None:
        (port,) = container["ports"]
        assert (environment["HOST"], environment["PORT"]) == ("0.0.0.0", str(port["containerPort"]))
        service = one("Service")
        assert service["spec"]["ports"][0]["targetPort"] == port["name"]
        (path,) = one("Ingress")["spec"]["rules"][0]["http"]["paths"]
        assert path["backend"]["service"]["name"] == service["metadata"]["name"]

    def test_from_outside_only_slacks_addresses_are_reached(self) -> None:
        (let_in,) = one("Ingress")["spec"]["rules"][0]["http"]["paths"]
        reached = {path for _, path in Web(events=True)._routes if path.startswith(let_in["path"])}
        assert reached == {"/slack/events", "/slack/install", "/slack/oauth_redirect"}

    def test_labels_find_the_pods(self) -> None:
        labels = one("Deployment")["spec"]["template"]["metadata"]["labels"]
        assert one("Deployment")["spec"]["selector"]["matchLabels"] == labels
        assert one("Service")["spec"]["selector"] == labels
        assert one("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels

    def test_a_drain_outlasts_the_probe_and_the_grace_outlasts_both(
        self, pod: Any, container: Any, environment: dict[str, str]
    ) -> None:
        probe, drain = container["readinessProbe"], float(environment["DRAIN_SECONDS"])
        assert drain > 2 * probe["periodSeconds"] * probe["failureThreshold"]
        assert pod["terminationGracePeriodSeconds"] > drain + STOPPING_SECONDS

    def test_some_replicas_always_stay(self) -> None:
        assert 1 <= one("PodDisruptionBudget")["spec"]["minAvailable"] < one("Deployment")["spec"]["replicas"]
        assert one("Deployment")["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0

    def test_it_is_not_root_and_cannot_become_or_write_anything(self, pod: Any, container: Any) -> None:
        assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["runAsUser"] > 0
        assert pod["automountServiceAccountToken"] is False
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }

    def test_the_policy_is_mounted_where_it_is_looked_for_and_is_one(
        self, container: Any, environment: dict[str, str], tmp_path: Path
    ) -> None:
        config = one("ConfigMap")
        mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
        (name,) = config["data"]
        assert environment["POLICY_FILE"] == f"{mounts['policy']}/{name}"
        (tmp_path / name).write_text(config["data"][name])
        read_policy(tmp_path / name, TERMS)

    def test_no_secret_is_written_into_it(self) -> None:
        text = "".join(path.read_text() for path in KUBERNETES.glob("*.yaml"))
        assert not documents("Secret") and not re.search(r"xox[bp]-|xapp-", text)


class TestUnit:
    @pytest.fixture
    def unit(self) -> dict[str, str]:
        lines = read("deploy/drawbridge.service").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))

    def test_it_starts_the_app_and_not_again_when_that_is_no_use(
        self, unit: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        interpreter, minus_m, module, *arguments = shlex.split(unit["ExecStart"])
        assert (Path(interpreter).name, minus_m, module, arguments) == ("python", "-m", "app", ["serve"])
        monkeypatch.setenv("PORT", "none")
        assert main(arguments) == int(unit["RestartPreventExitStatus"])
        assert "PORT" in capsys.readouterr().err

    def test_it_gives_the_app_time_to_stop(self, unit: dict[str, str]) -> None:
        assert int(unit["TimeoutStopSec"]) > STOPPING_SECONDS

    def test_the_page_puts_things_where_the_unit_looks(self, unit: dict[str, str]) -> None:
        page = read("docs/deployment.md")
        for path in (unit["EnvironmentFile"], unit["WorkingDirectory"], f"/var/lib/{unit['StateDirectory']}"):
            assert path in page


class TestContainerfile:
    def test_what_it_copies_is_here(self) -> None:
        copied = re.findall(r"^COPY (?!--from)(\S+)", read("deploy/Containerfile"), re.MULTILINE)
        assert set(copied) == {"requirements/app.txt", "app", "listeners"}
        assert all((ROOT / path).exists() for path in copied)

    def test_it_is_not_root(self) -> None:
        user = re.search(r"^USER (\d+)", read("deploy/Containerfile"), re.MULTILINE)
        assert user is not None
        assert int(user[1]) == one("Deployment")["spec"]["template"]["spec"]["securityContext"]["runAsUser"]
