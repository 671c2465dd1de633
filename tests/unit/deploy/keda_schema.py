"""What KEDA accepts of the objects that Relance uses, closed: a field that is not here is a spelling mistake.

Written from KEDA's reference of ScaledObject and of its `postgresql` and `redis` scalers (2.x).
"""

_TEXT = {"type": "string", "minLength": 1}
_NUMBER_AS_TEXT = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}
_COUNT = {"type": "integer", "minimum": 0}


def _closed(required: str, **properties: dict) -> dict:
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


_POLICY = _closed(
    "type value periodSeconds",
    type={"enum": ["Pods", "Percent"]},
    value={"type": "integer", "minimum": 1},
    periodSeconds={"type": "integer", "minimum": 1, "maximum": 1800},
)
_DIRECTION = _closed(
    "",
    stabilizationWindowSeconds={"type": "integer", "minimum": 0, "maximum": 3600},
    selectPolicy={"enum": ["Max", "Min", "Disabled"]},
    policies={"type": "array", "minItems": 1, "items": _POLICY},
)
_BEHAVIOUR = _closed("", scaleUp=_DIRECTION, scaleDown=_DIRECTION)
_REFERENCE = _closed("name", name=_TEXT)


def _trigger(kind: str, metadata: dict) -> dict:
    return _closed(
        "type metadata authenticationRef",
        type={"const": kind},
        metadata=metadata,
        authenticationRef=_REFERENCE,
    )


_POSTGRES = _trigger(
    "postgresql",
    _closed(
        "query targetQueryValue",
        query=_TEXT,
        targetQueryValue=_NUMBER_AS_TEXT,
        activationTargetQueryValue=_NUMBER_AS_TEXT,
    ),
)
_REDIS = _trigger(
    "redis",
    _closed(
        "address listName listLength",
        address={"type": "string", "pattern": r"^[^:]+:[0-9]+$"},
        listName=_TEXT,
        listLength=_NUMBER_AS_TEXT,
        activationListLength=_NUMBER_AS_TEXT,
        enableTLS={"enum": ["true", "false"]},
        databaseIndex=_NUMBER_AS_TEXT,
    ),
)

SPECS: dict[str, dict] = {
    "ScaledObject": _closed(
        "scaleTargetRef triggers",
        scaleTargetRef=_closed("name", name=_TEXT, kind=_TEXT, apiVersion=_TEXT),
        pollingInterval=_COUNT,
        cooldownPeriod=_COUNT,
        minReplicaCount=_COUNT,
        maxReplicaCount={"type": "integer", "minimum": 1},
        advanced=_closed("", horizontalPodAutoscalerConfig=_closed("", behavior=_BEHAVIOUR)),
        triggers={"type": "array", "minItems": 1, "items": {"oneOf": [_POSTGRES, _REDIS]}},
    ),
    "TriggerAuthentication": _closed(
        "secretTargetRef",
        secretTargetRef={
            "type": "array",
            "items": _closed("parameter name key", parameter=_TEXT, name=_TEXT, key=_TEXT),
        },
    ),
}
