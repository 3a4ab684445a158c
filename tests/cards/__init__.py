"""Cards in Microsoft's own renderer with the looks of Teams, in Chromium."""
