"""The bot in somebody else's Slack: npm's emulate, which signs its events, keeps scopes and stores what it is sent.

What it does not play (slash commands, buttons, forms and Socket Mode) is signed and posted here, with the payloads of
Slack's documentation; what a pressed button sends is read off the messages that it stored, and the forms off its views.
It needs npm, and Node 22.15 or newer, which the development dependencies bring along.
"""
