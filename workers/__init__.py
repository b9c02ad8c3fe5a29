"""The processes of drip: brokers, actors and the scheduler; the only place that knows dramatiq."""
