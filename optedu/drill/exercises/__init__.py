"""The exercises, one file each; `optedu.drill.exercise.exercises` finds them."""
