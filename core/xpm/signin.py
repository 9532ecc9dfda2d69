"""Signing in to Xero: consent with PKCE, the choice of an account, and tokens that stay fresh across processes."""

from core.xpm.tokens import Connection, ConnectionState, Consent, TokenStore

__all__ = ["Connection", "ConnectionState", "Consent", "TokenStore"]
