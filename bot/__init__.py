"""The top floor, the only asynchronous one: channels, sending, the clock, web pages, settings, command line."""
