"""The lowest floor: tables, rules and queries, one module per concept."""
