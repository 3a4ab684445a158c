"""The bot in the Microsoft 365 Agents Playground: `make playground`.

A development tool, used by its name and never part of this project. It plays Teams on this machine, without tokens: the
page of one person with a personal chat, a group chat and a team with channels. What it does not play is not tried here:

- deleting a message (it answers 501) and "not installed": what is posted after the removal is still taken with 201;
- languages: whoever asks is en-US, and conversationUpdate tells no locale at all;
- a slow platform: it takes answers before it has drawn what they answer, and loses those to a new post of a channel;
- dialogs of their own (task/fetch), command menus and whatever else comes from the app's manifest;
- more than one person a page: each has a Playground of their own here, with the same tenant, team and channel.
"""
