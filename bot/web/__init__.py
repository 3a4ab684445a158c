"""The web channel: the same cards as HTML, the try-it page, the login-free form, health."""
