"""Identity: signing a citizen in with the province's or state's unified identity, for a person or a legal person.

Where from: user centres speak OpenID Connect's code flow with claims of their own (level L1 to L4, kind and number of
the identity document, and the companies that a person may act for). An adapter speaks that protocol, checks its tokens
and keeps its client's secret; here a flow begins with a link and ends once, with who came. A person is known by issuer
and subject together, never by a number.
"""

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from ports.kit.operation import PortOperation

PORT: Final = "identity"
Short = Annotated[str, Meta(min_length=1, max_length=64)]
Link = Annotated[str, Meta(max_length=1000)]


class AssuranceLevel(StrEnum):
    """Sureness of the identity: from a password (`L1`) to a document and a face, checked on the spot (`L4`)."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"


class IdentityQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sign-in that begins: the session it is for, the least level, the page to come back to, and its `state`."""

    session: Short
    least: AssuranceLevel
    return_to: Link
    state: Annotated[str, Meta(min_length=16, max_length=64)]


class IdentityLink(msgspec.Struct, frozen=True):
    """The page at which the citizen signs in, the flow's id, and its end (milliseconds since the epoch)."""

    flow: Short
    link: Link
    expires_ms: int


class IdentityCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code with which the citizen came back, of a flow; it opens once."""

    flow: Short
    code: Annotated[str, Meta(min_length=1, max_length=512)]


class KnownCompany(msgspec.Struct, frozen=True):
    """A legal person that the citizen may act for: its unified social credit code, name, and the citizen's part."""

    code: Annotated[str, Meta(pattern=r"^[0-9A-Z]{18}$")]
    name: Annotated[str, Meta(max_length=200)]
    part: Short


class KnownPerson(msgspec.Struct, frozen=True):
    """The citizen as the issuer knows them."""

    issuer: Link
    subject: Annotated[str, Meta(min_length=1, max_length=255)]
    level: AssuranceLevel
    name: Short
    id_kind: Short
    id_number: Short
    phone: Annotated[str, Meta(max_length=20)] = ""
    companies: Annotated[tuple[KnownCompany, ...], Meta(max_length=50)] = ()


BEGIN: Final = PortOperation(
    port=PORT,
    name="begin",
    purpose="signing the citizen in",
    asks=IdentityQuestion,
    answers=IdentityLink,
    example=IdentityQuestion(
        session="01JSESSION",
        least=AssuranceLevel.L3,
        return_to="https://window.example/identity",
        state="Zk3v9QmB7xTr2LpW",
    ),
    example_answer=IdentityLink("i-1", "https://id.example.cn/authorize?flow=i-1", 1_764_489_600_000),
    refusals=("level_not_offered", "return_not_allowed"),
)
FINISH: Final = PortOperation(
    port=PORT,
    name="finish",
    purpose="who signed in, for the matter of the session",
    asks=IdentityCode,
    answers=KnownPerson,
    example=IdentityCode("i-1", "c0de"),
    example_answer=KnownPerson(
        issuer="https://id.example.cn",
        subject="u-8812",
        level=AssuranceLevel.L3,
        name="陈桂花",
        id_kind="id_card",
        id_number="440524188001010014",
        phone="13800138000",
        companies=(KnownCompany(code="91440101MA59ABCD1X", name="广州某某有限公司", part="legal_representative"),),
    ),
    is_personal=True,
    refusals=("code_used", "flow_over", "level_too_low"),
)

OPERATIONS: Final = (BEGIN, FINISH)
NOTICES: Final = ()
