def examples(*a): return []
