import bentoml
from bentoml.io import JSON

svc = bentoml.Service("greeter")


@svc.api(input=JSON(), output=JSON())
def greet(given):
    return given
