import bentoml


@bentoml.service
class Greeter:
    @bentoml.api
    def greet(self, given: dict) -> dict:
        return given
