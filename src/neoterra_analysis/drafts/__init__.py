"""What is done with a draft: compared with the data (`differences`), or added to them (`merging`).

Data flow one way: `aligning` pairs rows -> `differences`; `identities` (who is who) and `joining` (rows of a table) ->
`union` (the merged tables) -> `merging` (checked, then put in place by `swap`, all or none).
"""
