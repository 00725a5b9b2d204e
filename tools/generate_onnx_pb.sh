#!/bin/sh
# Makes lib/engine/graph/file/onnx_pb.generated.ts from the onnx.proto that the Python package onnx carries (Apache-2.0).
# Needs python3 with venv and npm; run in the root of the repository.
set -eu
out="$PWD/lib/engine/graph/file"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet grpcio-tools==1.85.1
venv/bin/pip download --quiet --no-deps --only-binary=:all: onnx==1.23.2
unzip -q -o onnx-*.whl onnx/onnx.proto
# The comments of onnx.proto would be three quarters of the generated file.
sed -e 's|//.*$||' -e '/^ *$/d' onnx/onnx.proto > onnx.proto
npm install --silent --no-save --prefix . @bufbuild/protoc-gen-es@2.17.0
venv/bin/python -m grpc_tools.protoc -I . --plugin=protoc-gen-es=node_modules/.bin/protoc-gen-es \
  --es_out=. --es_opt=target=ts,js_import_style=module onnx.proto
cp onnx_pb.ts "$out/onnx_pb.generated.ts"
