// Stands in for a driver that takes its process down.
process.abort();
