"""
Accounts, rights, departments, people and companies.

What names a citizen is sealed; the key of a person is a keyed hash of the resident ID. Divisions are held by code.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from shudao.kernel import ids


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by user name; they are made by `api.create_account` alone."""

    use_in_migrations = False


class Account(AbstractBaseUser):
    """Somebody who can sign in: an applicant (`person` set) or a member of staff."""

    PERSON = "person"
    STAFF = "staff"

    public_id = models.CharField(max_length=26, unique=True, default=ids.new_id, editable=False)
    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=[(PERSON, PERSON), (STAFF, STAFF)])
    person = models.CharField(max_length=32, blank=True, default="", db_index=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="staff") | ~models.Q(person=""), name="identity_account_applicant_is_a_person"
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(kind="person"),
                name="identity_account_one_for_an_applicant",
            ),
        ]


class RoleGrant(models.Model):
    """One right of one account: `department` (credit code) and `division` (subtree root) are empty where unlimited."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=24)
    department = models.CharField(max_length=18, blank=True, default="")
    division = models.CharField(max_length=12, blank=True, default="")
    granted_by = models.CharField(max_length=26)
    granted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "role", "department", "division"], name="identity_rolegrant_given_once"
            ),
        ]


class Department(models.Model):
    """A body that acts for one division: found by its kind and division."""

    code = models.CharField(max_length=18, primary_key=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True, default="")
    kind = models.CharField(max_length=4)
    division = models.CharField(max_length=12)
    level = models.PositiveSmallIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["division", "kind"], name="identity_dep_division"),
            models.Index(fields=["kind", "level"], name="identity_dep_kind"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "division"], name="identity_department_one_of_a_kind"),
        ]


class Person(models.Model):
    """A citizen. `sealed_id` opens for an audited reason only; `sealed_profile` holds name, phone and the masked ID."""

    key = models.CharField(max_length=32, primary_key=True)
    sealed_id = models.BinaryField()
    sealed_profile = models.BinaryField()
    registered_at = models.DateTimeField()


class Company(models.Model):
    """A company or other organisation that applies. Its representative's name is sealed."""

    code = models.CharField(max_length=18, primary_key=True)
    name = models.CharField(max_length=120)
    sealed_representative = models.BinaryField()
    registered_at = models.DateTimeField()


class PersonCompany(models.Model):
    """That a person may act for a company, and as what."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="companies")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="people")
    position = models.CharField(max_length=24)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "company"], name="identity_personcompany_once"),
        ]


class SignInThrottle(models.Model):
    """Attempts to sign in that have not succeeded, by account or by address; `subject` is a keyed hash of either."""

    subject = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["since"], name="identity_throttle_since")]
