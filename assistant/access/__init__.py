"""Who may come in, and what they may see and do: users, sessions, throttle, gate, audit."""
