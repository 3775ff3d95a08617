"""The live view: watch, classify, rebuild, publish. Reads only; knows no widget and no verb."""
