"""The org: workspaces, people, channels, user groups, partners and the authentication policy,
and what changes them."""
