# The page for the screen.
