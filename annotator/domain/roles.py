"""Roles, permissions, and the one table between them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a person is in a project."""

    MANAGER = "manager"
    ADJUDICATOR = "adjudicator"
    REVIEWER = "reviewer"
    OBSERVER = "observer"


class Permission(StrEnum):
    """What a page or a command asks for."""

    READ = "read"
    TAG = "tag"
    ADD_ARTICLES = "add-articles"
    READ_REPORTS = "read-reports"
    EXPORT = "export"
    SEGMENT = "segment"
    ADJUDICATE = "adjudicate"
    MANAGE = "manage"


PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.MANAGER: frozenset(Permission),
        Role.ADJUDICATOR: frozenset(
            {
                Permission.READ,
                Permission.TAG,
                Permission.READ_REPORTS,
                Permission.EXPORT,
                Permission.SEGMENT,
                Permission.ADJUDICATE,
            }
        ),
        Role.REVIEWER: frozenset({Permission.READ, Permission.TAG, Permission.SEGMENT}),
        Role.OBSERVER: frozenset({Permission.READ, Permission.READ_REPORTS, Permission.EXPORT}),
    }
)
"""Reviewers read no reports or exports: both would show them others' verdicts before they gave their own."""


def allows(role: Role, permission: Permission) -> bool:
    """Tell whether `role` has `permission`."""
    return permission in PERMISSIONS[role]
