"""A campaign whose letters are answered by real mail: who answers how, who brings it, and what must come of it."""
