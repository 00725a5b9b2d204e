#!/bin/sh
# Builds XGBoost's CPU part as one WebAssembly file: packages/xgboost-wasm/src/xgboost.wasm.gz.
#
#     tools/xgboost/build.sh FOLDER     # a folder outside the repository for sources and objects; 15 minutes at 2 jobs
#
# Needs emscripten 3.1.6 (Debian 12: emscripten, node-acorn), Python with pip, and gzip. See README.md beside this file.
set -eu
version=3.2.0
jobs=${JOBS:-2}
pip=${PIP:-pip}
here=$(cd "$(dirname "$0")" && pwd)
target=$here/../../packages/xgboost-wasm
work=${1:?name a folder for sources and objects}
mkdir -p "$work"
work=$(cd "$work" && pwd)
cd "$work"

# pip builds a source package to learn its metadata. This stand-in for cmake copies the sources and ends the build.
if [ ! -d src ]; then
  mkdir -p fake tmp
  printf '#!/bin/sh\n[ -d "%s/src" ] || cp -r "$1" "%s/src"\nexit 1\n' "$work" "$work" > fake/cmake
  chmod +x fake/cmake
  TMPDIR=$work/tmp PATH=$work/fake:$PATH "$pip" download --quiet --no-deps --no-binary xgboost \
    --dest "$work/tmp" "xgboost==$version" > pip.log 2>&1 || true
  rm -rf fake tmp
  [ -d src ] || { cat pip.log; exit 1; }
fi

if [ ! -f patched ]; then
  patch --quiet -d src -p1 < "$here/changes.patch"
  touch patched
fi

export NODE_PATH=/usr/share/nodejs
flags="-fwasm-exceptions -O3 -msimd128 -std=c++17 -DNDEBUG -DDMLC_LOG_CUSTOMIZE=1 -DDMLC_USE_CXX11=1
  -DDMLC_USE_CXX14=1 -DXGBOOST_BUILTIN_PREFETCH_PRESENT=1 -fvisibility=hidden
  -I$here -Isrc/include -Isrc/dmlc-core/include"
mkdir -p obj
{
  (cd src && find src -name '*.cc')
  for name in config data io recordio io/line_split io/recordio_split io/indexed_recordio_split io/input_split_base \
    io/filesys io/local_filesys; do echo "dmlc-core/src/$name.cc"; done
} | sort > sources.txt
{
  echo "all: $(sed -e 's|/|_|g' -e 's|\(.*\)\.cc$|obj/\1.o|' sources.txt | tr '\n' ' ')"
  while read -r file; do
    object=obj/$(echo "$file" | tr / _ | sed 's/\.cc$/.o/')
    printf '%s: src/%s\n\tem++ -c $(FLAGS) $< -o $@\n' "$object" "$file"
  done < sources.txt
} > Makefile
make --silent -j"$jobs" FLAGS="$(echo $flags)"

em++ -c $(echo $flags) "$here/no_sockets.cc" -o no_sockets.o
exports=$(sed -e 's/#.*//' -e '/^ *$/d' -e 's/^/_/' "$here/exports.txt" | paste -sd, -)
em++ -fwasm-exceptions -O3 -msimd128 --no-entry -sSTANDALONE_WASM=1 -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=4GB \
  -sWASM_BIGINT=1 -sFILESYSTEM=0 -sINITIAL_MEMORY=16MB -sSUPPORT_LONGJMP=0 \
  -sEXPORTED_FUNCTIONS="$exports" obj/*.o no_sockets.o -o xgboost.wasm
gzip -9 -n -c xgboost.wasm > "$target/src/xgboost.wasm.gz"
cp src/LICENSE "$target/LICENSE"
ls -l xgboost.wasm "$target/src/xgboost.wasm.gz"
