"""The vocabulary as frozen data: plans, previews, requests, outcomes, forms. Imports nothing of ours."""
