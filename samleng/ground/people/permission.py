"""The question every verb asks first, under the name people's callers know."""

from samleng.kit.ledger.permission import Denied, require

__all__ = ["Denied", "require"]
