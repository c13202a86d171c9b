# Logs with Ruby's Syslog and Syslog::Logger.
require "syslog"
require "syslog/logger"

Syslog.open("billing", Syslog::LOG_PID, Syslog::LOG_DAEMON) do |log|
  log.err("card %s declined", "4242")
  log.info("Grüße")
end
logger = Syslog::Logger.new("shop", Syslog::LOG_LOCAL1)
logger.warn("disk 91% full")
logger.error(ArgumentError.new("bad card"))
