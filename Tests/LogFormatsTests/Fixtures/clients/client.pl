# Logs with Perl's Sys::Syslog: client.pl native|unix|udp|tcp|options
use strict;
use warnings;
use Sys::Syslog qw(:standard :macros :extended);

my $how = shift;
if ($how eq 'udp' || $how eq 'tcp') { setlogsock({ type => $how, host => '127.0.0.1', port => 514 }) or die; }
elsif ($how eq 'options') { setlogsock({ type => 'udp', host => '127.0.0.1', port => 514 }) or die; }
elsif ($how eq 'unix') { setlogsock('unix', '/dev/log') or die; }
else { setlogsock('native') or die; }
openlog('billing', $how eq 'options' ? 'ndelay,noeol,nonul' : 'ndelay,pid', 'local2');
syslog('err', 'card %s declined', '4242');
syslog('info|local4', "Gr\xC3\xBC\xC3\x9Fe");
closelog();
