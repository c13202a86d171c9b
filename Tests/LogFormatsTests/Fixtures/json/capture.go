// Writes what JSON loggers of Go write, one file a library.
//
// Needs Debian's golang-go, golang-go.uber-zap-dev, golang-github-rs-zerolog-dev, golang-github-sirupsen-logrus-dev and
// golang-golang-x-exp-dev (here those of Debian 12). Copied to /srv/shop/main.go, and run in this folder with
// GO111MODULE=off GOPATH=/usr/share/gocode go run /srv/shop/main.go
package main

import (
	"bytes"
	"errors"
	"os"
	"time"

	"github.com/rs/zerolog"
	"github.com/sirupsen/logrus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"golang.org/x/exp/slog"
)

func write(name string, text []byte) {
	if err := os.WriteFile(name+".jsonl", text, 0o644); err != nil {
		panic(err)
	}
}

func main() {
	failure := errors.New("connection refused")
	var out bytes.Buffer

	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(&out), zap.DebugLevel)
	z := zap.New(core, zap.AddCaller(), zap.AddStacktrace(zap.ErrorLevel)).Named("shop.orders")
	z.Debug("cache miss", zap.Bool("hit", false))
	z.Info("order placed", zap.Int("order", 7), zap.Duration("took", 1500*time.Microsecond), zap.Strings("tags", []string{"a", "b"}))
	z.Error("lookup failed", zap.Error(failure))
	write("zap", out.Bytes())

	out.Reset()
	r := zerolog.New(&out).With().Timestamp().Str("service", "shop").Logger()
	r.Trace().Msg("entering")
	r.Warn().Float64("ratio", 0.25).Msg("disk almost full\nsecond line")
	r.Error().Err(failure).Msg("")
	r.Log().Str("only", "fields").Send()
	zerolog.TimeFieldFormat = zerolog.TimeFormatUnixMs
	r.Info().Caller().Msg("with caller")
	write("zerolog", out.Bytes())

	out.Reset()
	l := logrus.New()
	l.SetOutput(&out)
	l.SetFormatter(&logrus.JSONFormatter{})
	l.SetReportCaller(true)
	l.SetLevel(logrus.TraceLevel)
	l.WithFields(logrus.Fields{"animal": "walrus", "size": 10}).Info("A walrus appears")
	l.WithError(failure).Error("no answer")
	l.Trace("entering")
	write("logrus", out.Bytes())

	out.Reset()
	s := slog.New(slog.HandlerOptions{AddSource: true, Level: slog.DebugLevel - 4}.NewJSONHandler(&out))
	s.Info("hello", "count", 3)
	s.WithGroup("request").With("id", "8f1c").Warn("slow", "took", 2*time.Second)
	s.Log(slog.InfoLevel+2, "in between")
	s.Error("oops", failure, "status", 500)
	s.Log(slog.DebugLevel-4, "trace")
	write("slog", out.Bytes())
}
