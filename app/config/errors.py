"""What can be wrong with a configuration: one error that carries every problem at once."""


class ConfigError(Exception):
    """The configuration cannot be used. `problems` names each key and says what to do, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
