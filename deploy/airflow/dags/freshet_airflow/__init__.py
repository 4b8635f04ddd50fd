"""What Freshet's DAGs share: settings, tasks that submit the lake job, a sensor for fresh tables."""
