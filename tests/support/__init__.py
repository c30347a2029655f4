"""What scenario tests share: running apps, people's routines, databases."""
