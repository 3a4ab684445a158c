"""What happens when everything fails: processes killed, connections cut, a hostile platform, a clock that jumps."""
