"""Tenants and the people who log in."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.db import EVERY_TENANT, transaction
from shared.errors import BadInput, NotFound
from shared.models import Tenant, User
from shared.states import Role
from workers.services import audit

MIN_PASSWORD = 10
"""Characters; NIST SP 800-63B asks for at least 8, and for length rather than rules."""

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,58}")

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who is logged in."""

    user_id: int
    tenant_id: int
    email: str
    role: Role


def create_tenant(slug: str, name: str, actor: str) -> int:
    """Make a tenant and return its id. Raises BadInput for a slug that is taken or malformed."""
    if not _SLUG.fullmatch(slug):
        raise BadInput(f"{slug!r} is no tenant name: use lower-case letters, digits and hyphens, up to 59.")
    with transaction(EVERY_TENANT) as session:
        if session.scalar(select(Tenant.id).where(Tenant.slug == slug)):
            raise BadInput(f"There is a tenant {slug!r} already.")
        tenant = Tenant(slug=slug, name=name)
        session.add(tenant)
        session.flush()
        audit.record(session, tenant.id, actor, "create", f"tenant {slug}")
        return tenant.id


def tenant_id(slug: str) -> int:
    """The id of the tenant named `slug`; an empty name means the only one. Raises NotFound, BadInput."""
    with transaction(EVERY_TENANT) as session:
        known: dict[str, int] = {row.slug: row.id for row in session.scalars(select(Tenant))}
    if slug in known:
        return known[slug]
    if slug:
        raise NotFound(f"There is no tenant {slug!r}.")
    if not known:
        raise NotFound("There is no tenant yet: make one with `relance tenant create`.")
    if len(known) > 1:
        raise BadInput(f"Several tenants live here, say which with --tenant: {', '.join(sorted(known))}.")
    return next(iter(known.values()))


def tenants() -> list[Tenant]:
    """Every tenant, by name."""
    with transaction(EVERY_TENANT) as session:
        return list(session.scalars(select(Tenant).order_by(Tenant.slug)))


def set_limits(tenant_id: int, limits: dict[str, float], actor: str) -> None:
    """Change a tenant's limits, by column."""
    with transaction(tenant_id) as session:
        if limits:
            session.execute(update(Tenant).where(Tenant.id == tenant_id).values(**limits))
        audit.record(session, tenant_id, actor, "limits", "tenant", **limits)


def create_user(tenant: int, email: str, password: str, role: Role, actor: str) -> int:
    """Make a user and return its id. Raises BadInput for a short password or an address in use."""
    address = clean_address(email)
    if len(password) < MIN_PASSWORD:
        raise BadInput(f"The password is too short: use at least {MIN_PASSWORD} characters.")
    with transaction(EVERY_TENANT) as session:
        if session.scalar(select(User.id).where(User.email == address)):
            raise BadInput(f"There is a user {address} already.")
        user = User(tenant_id=tenant, email=address, password_hash=_hasher.hash(password), role=role)
        session.add(user)
        session.flush()
        audit.record(session, tenant, actor, "create", f"user {address}", role=role)
        return user.id


def log_in(email: str, password: str) -> Login | None:
    """The login, or None: a wrong address, a wrong password and a disabled user look alike, in time too."""
    with transaction(EVERY_TENANT) as session:
        user = session.scalar(select(User).where(User.email == email.strip().lower()))
    if not _matches(user.password_hash if user else _nobody(), password) or user is None:
        return None
    return _login(user)


def renewed(login: Login) -> Login | None:
    """The login as it is now, with the role of today; None where the user is gone or disabled."""
    with transaction(login.tenant_id) as session:
        user = session.get(User, login.user_id)
    return _login(user) if user else None


def users(tenant_id: int) -> list[User]:
    """The tenant's users, by address."""
    with transaction(tenant_id) as session:
        return list(session.scalars(select(User).order_by(User.email)))


def set_role(tenant_id: int, email: str, role: Role, actor: str) -> None:
    """Change what a user may do, at once. Raises NotFound, or BadInput for the only operator."""
    with transaction(tenant_id) as session:
        user = _user(session, email)
        if role is not Role.OPERATOR:
            _keep_an_operator(session, user)
        user.role = role
        audit.record(session, tenant_id, actor, "role", f"user {user.email}", role=role)


def disable(tenant_id: int, email: str, actor: str) -> None:
    """Keep a user out; a session under way ends. Raises NotFound, or BadInput for the only operator."""
    with transaction(tenant_id) as session:
        user = _user(session, email)
        _keep_an_operator(session, user)
        user.disabled_at = user.disabled_at or datetime.now(UTC)
        audit.record(session, tenant_id, actor, "disable", f"user {user.email}")


def enable(tenant_id: int, email: str, actor: str) -> None:
    """Let a disabled user in again. Raises NotFound."""
    with transaction(tenant_id) as session:
        user = _user(session, email)
        user.disabled_at = None
        audit.record(session, tenant_id, actor, "enable", f"user {user.email}")


def _login(user: User) -> Login | None:
    return None if user.disabled_at else Login(user.id, user.tenant_id, user.email, user.role)


def _user(session: Session, email: str) -> User:
    """The user. No other of the tenant changes meanwhile: two operators cannot disable each other."""
    everybody = session.scalars(select(User).order_by(User.id).with_for_update()).all()
    address = email.strip().lower()
    for user in everybody:
        if user.email == address:
            return user
    raise NotFound(f"There is no user {email.strip()}.")


def _keep_an_operator(session: Session, user: User) -> None:
    active = (User.role == Role.OPERATOR, User.disabled_at.is_(None))
    if session.scalars(select(User.id).where(*active)).all() == [user.id]:
        raise BadInput(f"{user.email} is the only operator: make another one first.")


def clean_address(address: str) -> str:
    """The address in lower case. Raises BadInput with the reason where it cannot be one."""
    try:
        return validate_email(address, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        # A reserved name such as .localhost is how a mailbox on this machine is called.
        if "special-use" in str(error):
            return address.strip().lower()
        raise BadInput(f"{address!r} is not a mail address: {error}") from error


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
