"""The bot in Microsoft's 365 Agents Playground: `make playground`.

A development tool, used by its name and never part of this project. It plays Teams on this machine, without tokens: the
page of one person with a personal chat, a group chat and a team with channels. What it does not play is not tried here:

- deleting a message (it answers 501) and "not installed": what is posted after the removal is still taken with 201;
- languages: whoever asks is en-US, and conversationUpdate tells no locale at all;
- dialogs of their own (task/fetch), command menus and whatever else comes from the app's manifest;
- more than one person a page: each has a Playground of their own here, with the same tenant, team and channel.
"""
