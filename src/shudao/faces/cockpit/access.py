"""Who may look into the cockpit: those who steer, and those who answer for data and matters."""

from shudao.foundation.identity.contracts import Role

VIEWERS = (Role.LEADER, Role.DATA_BUREAU, Role.DATA_OFFICER, Role.MATTER_MANAGER, Role.AUDIT_ADMIN)
# Those of them whom the office shows what differs from the standard.
CATALOGUE = (Role.LEADER, Role.DATA_BUREAU, Role.MATTER_MANAGER)
