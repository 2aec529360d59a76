@echo off
rem The command in a package, which brings its own Node.
"%~dp0..\node.exe" "%~dp0latentscape.mjs" %*
