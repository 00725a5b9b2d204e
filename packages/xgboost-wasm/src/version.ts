/** Which XGBoost is embedded. @module */

/** The version that `tools/xgboost/build.sh` compiles; a test compares it with what the library says of itself. */
export const XGBOOST_VERSION = "3.2.0";
