"""Roll-ups over the records that are there: filled in by a job when they come into being, and proved by the doctor.

What a write changes in them is the write path's business (`dougong.records.write.summaries`). Used by the worker, the
doctor, and http to say how far each is.
"""
