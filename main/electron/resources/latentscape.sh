#!/bin/sh
exec /opt/Latentscape/resources/latentscape/bin/latentscape "$@"
