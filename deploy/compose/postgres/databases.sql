-- Beside the captured database: the registry's schemas, and Hive's metastore.
CREATE DATABASE registry;
CREATE DATABASE metastore;
