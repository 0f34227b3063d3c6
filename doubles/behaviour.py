"""Behaviour of the doubles whose answers depend on earlier calls; the others give the examples of the contract."""

import hashlib
from collections.abc import Callable
from typing import Any, Final

import msgspec

from ports import approval, courier, hall_numbers, messages, ratings, virus_scan
from ports.kit.operation import PortOperation, Refusal
from ports.ratings import UploadState

REFUSED_PHONE: Final = "13000000000"
"""A phone that the double of the message gateway refuses."""
HARMLESS_VIRUS: Final = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
"""Every scanner finds a file with this, which does nothing."""
Memory = dict[str, str]
"""The memory of a double: names of things, and a fact of each."""
Answer = msgspec.Struct | Refusal
Act = Callable[[Memory, Any], Answer]


def _number(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _send(memory: Memory, asked: messages.TextMessage) -> Answer:
    if asked.phone == REFUSED_PHONE:
        return Refusal("phone_refused")
    memory["messages"] = str(int(memory.get("messages", "0")) + 1)
    return messages.TakenMessage(f"m-{memory['messages']}")


def _claim(memory: Memory, asked: hall_numbers.HallClaim) -> Answer:
    taker = memory.setdefault(f"number {asked.site} {asked.number}", asked.seat)
    return hall_numbers.HallClaimed(asked.number) if taker == asked.seat else Refusal("taken", "served elsewhere")


def _upload(memory: Memory, asked: ratings.RatingUpload) -> Answer:
    name = f"rating {asked.case} {asked.stage}"
    is_known = name in memory
    memory[name] = str(asked.stars)
    return ratings.RatingReceipt(UploadState.KNOWN if is_known else UploadState.TAKEN)


def _submit(memory: Memory, asked: approval.CaseSubmission) -> Answer:
    return approval.CaseReceipt(memory.setdefault(f"case {asked.case}", f"YC-{_number(asked.case)}"))


def _scan(_memory: Memory, asked: virus_scan.ScanRequest) -> Answer:
    found = "Eicar-Test-Signature" if HARMLESS_VIRUS in asked.content else ""
    return msgspec.structs.replace(virus_scan.SCAN.example_answer, sha256=asked.sha256, found=found)


def _order(memory: Memory, asked: courier.ParcelOrder) -> Answer:
    memory["parcels"] = str(int(memory.get("parcels", "0")) + 1)
    return courier.Waybill(f"SF{_number(asked.case)}-{memory['parcels']}")


ACTS: Final[dict[str, Act]] = {
    messages.SEND.path: _send,
    hall_numbers.CLAIM.path: _claim,
    ratings.UPLOAD.path: _upload,
    approval.SUBMIT.path: _submit,
    courier.ORDER.path: _order,
    virus_scan.SCAN.path: _scan,
}
"""By operation; every other one gives its example."""


def answer(operation: PortOperation[Any, Any], memory: Memory, asked: msgspec.Struct) -> Answer:
    """Carry an operation out and return its answer or its refusal."""
    act = ACTS.get(operation.path)
    found: Answer = operation.example_answer if act is None else act(memory, asked)
    return found
