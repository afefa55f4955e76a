"""The exercises, one file each; `optedu.drill.exercises` finds them."""
