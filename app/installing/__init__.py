"""Installs over OAuth: tokens sealed at rest, renewed before they run out, and looked at again and again."""
