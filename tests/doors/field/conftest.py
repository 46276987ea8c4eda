from tests.doors.field.node import node

__all__ = ["node"]
