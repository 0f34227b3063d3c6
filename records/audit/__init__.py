"""The audit trail: a signed chain of entries, anchored outside the ledger."""

from records.audit.chain import AuditResult, head, seal, verify
from records.audit.notes import AuditEntry, Who, note, trail, who_of

__all__ = ["AuditEntry", "AuditResult", "Who", "head", "note", "seal", "trail", "verify", "who_of"]
