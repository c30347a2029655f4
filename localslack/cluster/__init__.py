"""Several replicas of the app on one PostgreSQL behind a load balancer, in front of local Slack."""
